package rtype

import (
	"go/token"
	"reflect"
	"unsafe"
)

// Spec is what [Declare] must know of a type.
type Spec struct {
	Kind    reflect.Kind
	PkgPath string // what PkgPath returns
	PkgName string // what String begins with
	Name    string // an instance has its arguments: Pair[int,main.Dog]
	Methods int    // the largest number of methods that T or *T will get
	Params  int    // for a func kind, the number of parameters and results
}

// Named is a type being made.
type Named struct {
	typ   *rtype
	u     *uncommon
	room  room
	fill  func(base *rtype)
	pkg   string
	ptr   *Named // *T; nil for an interface and for *T itself
	iface *cell[ifaceHead]
	strct *cell[structHead]
	stubs map[stubKey]methodStubs
}

var (
	errorType = ptrOf(reflect.TypeFor[error]())
	anyType   = ptrOf(reflect.TypeFor[any]())
)

// Declare makes a type that has a name and a kind but no underlying type, and the
// pointer to it. Both may be used to make other types at once.
func Declare(s Spec) *Named {
	mu.Lock()
	defer mu.Unlock()
	name := s.Name
	if s.PkgName != "" {
		name = s.PkgName + "." + name
	}
	return declare(s, name, flagNamed)
}

// declare makes T and *T.
func declare(s Spec, str string, flags uint8) *Named {
	n := newNamed(s, str)
	n.typ.tflag |= flags
	if s.Kind == reflect.Interface {
		return n
	}
	s.Kind = reflect.Pointer
	n.ptr = newNamed(s, "*"+str)
	n.ptr.fill(ptrOf(reflect.TypeFor[*byte]()))
	(*cell[elemHead])(unsafe.Pointer(n.ptr.typ)).head.elem = n.typ
	n.typ.ptrToThis = typeOff(n.ptr.typ) // else reflect.PointerTo makes another *T
	return n
}

func newNamed(s Spec, str string) *Named {
	n := &Named{pkg: s.PkgPath}
	switch s.Kind {
	case reflect.Struct:
		n.strct = place[structHead](n, s)
		n.fill = n.fillStruct
	case reflect.Slice, reflect.Pointer:
		place[elemHead](n, s)
	case reflect.Array:
		place[arrayHead](n, s)
	case reflect.Chan:
		place[chanHead](n, s)
	case reflect.Map:
		place[mapHead](n, s)
	case reflect.Func:
		c := place[funcHead](n, s)
		n.fill = func(base *rtype) { n.fillFunc(c, base) }
	case reflect.Interface:
		s.Methods = 0
		n.iface = place[ifaceHead](n, s)
		n.fill = func(base *rtype) { n.setInterface(nil, []reflect.Type{toType(base)}) }
		n.beInterface()
	default:
		place[plainHead](n, s)
	}
	n.typ.kind = uint8(s.Kind)
	n.typ.tflag |= flagUncommon
	n.typ.hash = newHash()
	n.typ.str = textOff(str, nameExported)
	n.u.pkgPath = pathOff(s.PkgPath)
	return n
}

// place allocates the cell of n. A later underlying type is copied into it.
func place[H any](n *Named, s Spec) *cell[H] {
	c, r := newCell[H](s.Params, s.Methods)
	n.typ, n.u, n.room = &c.rtype, &c.u, r
	n.fill = func(base *rtype) {
		n.take(base)
		c.head = (*view[H])(unsafe.Pointer(base)).head
	}
	return c
}

// take copies from an underlying type what is not identity.
func (n *Named) take(base *rtype) {
	r := n.typ
	r.size, r.ptrBytes, r.align, r.fieldAlign, r.kind = base.size, base.ptrBytes, base.align, base.fieldAlign, base.kind
	r.equal, r.gcdata = base.equal, base.gcdata
	const copied = flagRegular | flagOnDemand | flagDirect
	r.tflag = r.tflag&^copied | base.tflag&copied
}

// fillStruct gives == that skips blank fields, which reflect.StructOf compares.
func (n *Named) fillStruct(base *rtype) {
	n.take(base)
	c := n.strct
	c.head = (*view[structHead])(unsafe.Pointer(base)).head
	if base.equal == nil {
		return
	}
	var compared []field
	for i, f := range c.head.fields {
		if n.Type().Field(i).Name != "_" {
			compared = append(compared, f)
		}
	}
	if len(compared) == len(c.head.fields) {
		return
	}
	c.equal = func(p, q unsafe.Pointer) bool {
		for _, f := range compared {
			if !f.typ.equal(unsafe.Add(p, f.off), unsafe.Add(q, f.off)) {
				return false
			}
		}
		return true
	}
}

// fillFunc copies the parameters, which lie behind the uncommon part.
func (n *Named) fillFunc(c *cell[funcHead], base *rtype) {
	t := toType(base)
	if t.NumIn()+t.NumOut() > len(n.room.params) {
		panic("rtype: more parameters than declared for " + n.Type().String())
	}
	n.take(base)
	c.head = (*view[funcHead])(unsafe.Pointer(base)).head
	for i := range t.NumIn() {
		n.room.params[i] = ptrOf(t.In(i))
	}
	for i := range t.NumOut() {
		n.room.params[t.NumIn()+i] = ptrOf(t.Out(i))
	}
}

// beInterface gives a declared interface its layout before its methods are known.
// ArrayOf takes a copy of the function that compares, so that function looks later.
func (n *Named) beInterface() {
	n.take(errorType)
	c := n.iface
	c.head.pkgPath = encodeName(n.pkg, 0, "", "")
	c.equal = func(p, q unsafe.Pointer) bool {
		if len(c.head.methods) == 0 {
			return anyType.equal(p, q)
		}
		return errorType.equal(p, q)
	}
}

// Type returns the type, which is complete only when everything about it was given.
func (n *Named) Type() reflect.Type { return toType(n.typ) }

// Under gives the type its underlying type, which has the declared kind.
func (n *Named) Under(base reflect.Type) {
	mu.Lock()
	defer mu.Unlock()
	if reflect.Kind(n.typ.kind) != base.Kind() {
		panic("rtype: " + n.Type().String() + " was declared as " + reflect.Kind(n.typ.kind).String() + ", not " + base.Kind().String())
	}
	keep = append(keep, ptrOf(base))
	n.fill(ptrOf(base))
}

// Embed marks fields of a struct as embedded. The underlying type is best made of
// plain fields, because reflect.StructOf refuses most embedded ones.
func (n *Named) Embed(fields ...int) {
	mu.Lock()
	defer mu.Unlock()
	n.embed(fields)
}

func (n *Named) embed(fields []int) {
	all := append([]field(nil), n.strct.head.fields...) // the underlying type shares them
	for _, i := range fields {
		f := n.Type().Field(i)
		flags := nameEmbedded
		if token.IsExported(f.Name) {
			flags |= nameExported
		}
		all[i].name = encodeName(f.Name, flags, string(f.Tag), "")
	}
	n.strct.head.fields = all
}
