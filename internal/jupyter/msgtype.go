package jupyter

// The message types this package has content structs for. A request and its reply travel on the same socket:
// shell or control; see the spec's "Messages on the shell (ROUTER/DEALER) channel" and the chapters after it.
const (
	TypeExecuteRequest    = "execute_request"
	TypeExecuteReply      = "execute_reply"
	TypeInspectRequest    = "inspect_request"
	TypeInspectReply      = "inspect_reply"
	TypeCompleteRequest   = "complete_request"
	TypeCompleteReply     = "complete_reply"
	TypeHistoryRequest    = "history_request"
	TypeHistoryReply      = "history_reply"
	TypeIsCompleteRequest = "is_complete_request"
	TypeIsCompleteReply   = "is_complete_reply"
	TypeKernelInfoRequest = "kernel_info_request"
	TypeKernelInfoReply   = "kernel_info_reply"
	TypeCommInfoRequest   = "comm_info_request"
	TypeCommInfoReply     = "comm_info_reply"
	TypeShutdownRequest   = "shutdown_request"
	TypeShutdownReply     = "shutdown_reply"
	TypeInterruptRequest  = "interrupt_request"
	TypeInterruptReply    = "interrupt_reply"

	// Shell from the client, IOPub from the kernel.
	TypeCommOpen  = "comm_open"
	TypeCommMsg   = "comm_msg"
	TypeCommClose = "comm_close"

	// Stdin.
	TypeInputRequest = "input_request"
	TypeInputReply   = "input_reply"

	// IOPub.
	TypeStream            = "stream"
	TypeDisplayData       = "display_data"
	TypeUpdateDisplayData = "update_display_data"
	TypeExecuteInput      = "execute_input"
	TypeExecuteResult     = "execute_result"
	TypeError             = "error"
	TypeStatus            = "status"
	TypeClearOutput       = "clear_output"
	TypeIOPubWelcome      = "iopub_welcome"
)
