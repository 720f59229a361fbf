// Package jupyter is the part of the Jupyter kernel protocol that needs no socket: the connection file,
// the signed multipart wire format, and one Go struct for the content of every message.
//
// Start with [ReadConnectionFile] and [NewCodec]: [Codec.Decode] turns the frames of one socket message
// into a [Message] whose content [Message.Decode] reads into a typed struct; [Session.NewMessage] and
// [Codec.Encode] go the other way.
//
// The documents cited are "Messaging in Jupyter", version 5.4
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html), here called the spec, and the Jupyter
// enhancement proposals (JEP).
//
// # Security
//
// Everything before a verified signature is hostile: the port is open to every user of the machine. Decode
// therefore looks at the signature before it looks at any JSON, compares in constant time, refuses the same
// message twice, and bounds size and depth of what it hands on. An empty key switches all of that off except
// the bounds; Jupyter allows it, and then anyone who reaches the port runs code.
//
// Errors about what was received name the message type and the part at fault, never the data.
//
// # Compatibility
//
// Strict when sending (an empty list is [], an empty dict is {}, never null), tolerant when reading: unknown
// keys are ignored, null counts as absent, absent keys get the spec's defaults.
package jupyter

// ProtocolVersion is the version of the spec in every header and in kernel_info_reply. Clients validate
// headers that claim less than 5.2 so strictly that their own additions fail.
const ProtocolVersion = "5.4"
