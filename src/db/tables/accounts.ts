/** People, their sessions, invitations, and the acts of administrators. Sign-in rows are written by better-auth. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

type Time = ColumnType<Date, Date | string, Date | string>
type OptionalTime = ColumnType<Date | null, Date | string | null, Date | string | null>

export interface UserRow {
  id: string
  name: string
  /** Lower case. */
  email: string
  email_verified: Generated<boolean>
  image: string | null
  role: Generated<'user' | 'admin'>
  preferences: JSONColumnType<Record<string, unknown>, string | undefined>
  created_at: Time
  updated_at: Time
}

export interface SessionRow {
  id: string
  user_id: string
  token: string
  expires_at: Time
  ip_address: string | null
  user_agent: string | null
  created_at: Time
  updated_at: Time
}

export interface CredentialAccountRow {
  id: string
  user_id: string
  account_id: string
  provider_id: string
  /** scrypt hash with its salt. */
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: OptionalTime
  refresh_token_expires_at: OptionalTime
  scope: string | null
  created_at: Time
  updated_at: Time
}

export interface VerificationRow {
  id: string
  identifier: string
  value: string
  expires_at: Time
  created_at: Time
  updated_at: Time
}

export interface InvitationRow {
  id: string
  email: string
  role: 'user' | 'admin'
  /** SHA-256 of the token in hexadecimal; the token itself is shown once and stored nowhere. */
  token_hash: string
  invited_by: string | null
  created_at: Time
  expires_at: Time
  accepted_at: OptionalTime
  accepted_by: string | null
}

export interface AuditRow {
  id: string
  /** Null when the user is deleted; the email below stays. */
  actor_id: string | null
  actor_email: string
  action: string
  subject: string
  details: JSONColumnType<Record<string, unknown>>
  /** The fields that changed, as they were and as they are. */
  before: JSONColumnType<Record<string, unknown> | null, string | null, string | null>
  after: JSONColumnType<Record<string, unknown> | null, string | null, string | null>
  request_id: string | null
  ip_address: string | null
  created_at: Time
}

/** One window of a counted act, e.g. sign-in attempts of an address. */
export interface RateWindowRow {
  key: string
  count: number
  ends_at: Time
}

export interface AccountTables {
  users: UserRow
  sessions: SessionRow
  credential_accounts: CredentialAccountRow
  verifications: VerificationRow
  invitations: InvitationRow
  audit_log: AuditRow
  rate_windows: RateWindowRow
}
