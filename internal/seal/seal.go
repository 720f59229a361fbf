// Package seal opens authorization responses that the callback page sealed for
// one sign-in flow.
//
// [NewKey] makes the flow's key pair; its [Key.Public] half travels to the
// provider and back inside the state parameter. The callback page seals what it
// received for that key and relays an [Envelope]; [Key.OpenEnvelope] returns
// the response. js/src/seal.ts is the other half; both read the vectors in
// js/testdata/seal.json.
//
// # Security
//
// HPKE base mode (RFC 9180 section 5.1.1) with DHKEM(P-256, HKDF-SHA256),
// HKDF-SHA256 and AES-256-GCM, from crypto/hpke. The whole state is the
// additional authenticated data, so a response can't be moved to another flow.
// Base mode does not say who sealed: anyone who knows the state can seal a
// response of their own. What the seal gives is that nobody but the kernel
// reads a genuine one; that a response is genuine is for flow to decide.
package seal

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/ipyauth/ipyauth/internal/secret"
)

// info separates these messages from any other use of HPKE (RFC 9180 section 8.1).
const info = "ipyauth/callback/v1"

// Lengths of the suite: an uncompressed P-256 point (RFC 9180 section 7.1,
// Npk and Nenc), a P-256 scalar (Nsk) and the AES-GCM tag (Nt).
const (
	pointLen  = 65
	scalarLen = 32
	tagLen    = 16
)

// maxPlaintext is more than a response of the length flow accepts takes as JSON.
const maxPlaintext = 160 << 10

// ErrOpen is returned for a sealed message that was not sealed for this key,
// was sealed for another flow, or was changed on the way.
var ErrOpen = errors.New("open sealed response: not sealed for this sign-in")

// Key is the key pair of one flow. It is safe for concurrent use.
type Key struct {
	scalar secret.String // kept apart from printers; parsed again at each Open
	public []byte
}

// NewKey makes a key pair from 32 bytes of r; nil means crypto/rand. Its errors
// are r's.
func NewKey(r io.Reader) (*Key, error) {
	if r == nil {
		r = rand.Reader
	}
	// RFC 9180 section 7.1.3: deriving from key material of Nsk bytes is as good
	// as generating, and takes its randomness from where the caller says.
	material := make([]byte, scalarLen)
	if _, err := io.ReadFull(r, material); err != nil {
		return nil, fmt.Errorf("make seal key: %w", err)
	}
	private, err := kem().DeriveKeyPair(material)
	if err != nil {
		return nil, fmt.Errorf("make seal key: %w", err)
	}
	scalar, err := private.Bytes()
	if err != nil {
		return nil, fmt.Errorf("make seal key: %w", err)
	}
	return newKey(scalar)
}

func newKey(scalar []byte) (*Key, error) {
	private, err := kem().NewPrivateKey(scalar)
	if err != nil {
		return nil, fmt.Errorf("make seal key: %w", err)
	}
	return &Key{scalar: secret.New(string(scalar)), public: private.PublicKey().Bytes()}, nil
}

// Public returns the public key as an uncompressed point of 65 bytes.
func (k *Key) Public() []byte { return append([]byte(nil), k.public...) }

// Open decrypts ct, sealed with [Seal] or by the callback page for this key and
// aad. enc is the encapsulated key. Every failure is [ErrOpen].
func (k *Key) Open(enc, ct, aad []byte) ([]byte, error) {
	if len(enc) != pointLen || len(ct) < tagLen || len(ct) > maxPlaintext+tagLen {
		return nil, ErrOpen
	}
	return open([]byte(k.scalar.Reveal()), hpke.AES256GCM(), []byte(info), enc, ct, aad)
}

// open is OpenBase (RFC 9180 section 6.1). The AEAD and info are parameters for the RFC's
// own test vectors only.
func open(scalar []byte, aead hpke.AEAD, info, enc, ct, aad []byte) ([]byte, error) {
	private, err := kem().NewPrivateKey(scalar)
	if err != nil {
		return nil, ErrOpen
	}
	recipient, err := hpke.NewRecipient(enc, private, hpke.HKDFSHA256(), aead, info)
	if err != nil {
		return nil, ErrOpen // enc is no point of the curve
	}
	plaintext, err := recipient.Open(aad, ct)
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}

// Seal encrypts plaintext for the key pub belongs to, as the callback page does.
func Seal(pub, plaintext, aad []byte) (enc, ct []byte, err error) {
	public, err := kem().NewPublicKey(pub)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	enc, sender, err := hpke.NewSender(public, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	if ct, err = sender.Seal(aad, plaintext); err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	return enc, ct, nil
}

func kem() hpke.KEM { return hpke.DHKEM(ecdh.P256()) }
