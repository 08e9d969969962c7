/** A key that we hold for a provider. The secret is read at the moment of the call and appears nowhere else. */
export interface Credential {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly secret: () => string
  readonly weight: number
}
