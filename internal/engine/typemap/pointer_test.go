package typemap_test

import "unsafe"

type pointer = unsafe.Pointer
