/** Where a request came from: the headers as they may be trusted, and the address. */
export interface Caller {
  readonly headers: Headers
  readonly address: string
  readonly requestId: string
}
