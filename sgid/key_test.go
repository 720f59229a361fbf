package sgid_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

func TestConvertToPKCS8(t *testing.T) {
	p := sgidtest.New(t)
	rows := []struct {
		name string
		in   string
		want *sgid.Error
	}{
		{"PKCS#1", p.PKCS1(), nil},
		{"PKCS#8 passes", p.PKCS8(), nil},
		{`literal \n`, strings.ReplaceAll(p.PKCS1(), "\n", `\n`), nil},
		{`literal \r\n`, strings.ReplaceAll(p.PKCS1(), "\n", `\r\n`), nil},
		{"CRLF", strings.ReplaceAll(p.PKCS8(), "\n", "\r\n"), nil},
		{"space around", "\n  " + p.PKCS8() + "\n \n", nil},
		{"no line break at the end", strings.TrimSpace(p.PKCS1()), nil},

		{"empty", "", sgid.ErrPrivateKey},
		{"not PEM", "canary", sgid.ErrPrivateKey},
		{"cut", p.PKCS8()[:600], sgid.ErrPrivateKey},
		{"one character changed", strings.Replace(p.PKCS8(), "MII", "MIA", 1), sgid.ErrPrivateKey},
		{"PKCS#1 called PKCS#8", strings.ReplaceAll(p.PKCS1(), "RSA PRIVATE", "PRIVATE"), sgid.ErrPrivateKey},
		{"PKCS#8 called PKCS#1", strings.ReplaceAll(p.PKCS8(), "PRIVATE", "RSA PRIVATE"), sgid.ErrPrivateKey},
		{"a certificate's name", strings.ReplaceAll(p.PKCS8(), "PRIVATE KEY", "CERTIFICATE"), sgid.ErrPrivateKey},
		{"a public key", publicPEM(t), sgid.ErrPrivateKey},
		{"an elliptic key", p.EllipticPKCS8(), sgid.ErrPrivateKey},
		{"two keys", p.PKCS8() + p.PKCS8(), sgid.ErrPrivateKey},
		{"text behind", p.PKCS8() + "canary", sgid.ErrPrivateKey},
		{"1024 bits", weakPEM(t), sgid.ErrPrivateKey},
		{"with a passphrase", strings.ReplaceAll(p.PKCS8(), "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), sgid.ErrPrivateKey},
		{"with a passphrase, PKCS#1", strings.Replace(p.PKCS1(), "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n\n", 1), sgid.ErrPrivateKey},
		{"a megabyte", p.PKCS8() + strings.Repeat(" ", 1<<20), sgid.ErrPrivateKey},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, err := sgid.ConvertToPKCS8(row.in)
			cfg := config(p)
			cfg.PrivateKey = sgid.NewSecret(row.in)
			_, clientErr := sgid.NewClient(cfg)
			if row.want != nil {
				refused(t, err, row.want)
				refused(t, clientErr, row.want)
				return
			}
			if err != nil || clientErr != nil {
				t.Fatal(err, clientErr)
			}
			if got != p.PKCS8() {
				t.Errorf("not the key in PKCS#8:\n%.80s", got)
			}
		})
	}
}

func publicPEM(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.PublicKey)}))
}

func weakPEM(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}
