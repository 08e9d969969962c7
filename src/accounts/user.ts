/** Who somebody is, as every room above sees it. */
export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: 'user' | 'admin'
}

/** A checked caller, and the cookies to hand back when the session was prolonged. */
export interface Identity {
  readonly user: User
  readonly sessionId: string
  readonly setCookies: readonly string[]
}
