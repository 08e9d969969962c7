/** Keys for providers, sealed: this file never sees one in the clear. */
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../db/types.ts'
import type { ProviderCredentialRow } from '../db/tables/models.ts'

export interface StoredCredential {
  readonly id: string
  readonly provider: string
  readonly name: string
  readonly sealedSecret: string
  readonly masked: string
  readonly weight: number
  readonly baseUrl: string | null
  readonly enabled: boolean
  readonly testedAt: Date | null
  readonly testError: string | null
}

export interface CredentialsStore {
  all(): Promise<StoredCredential[]>
  save(credential: StoredCredential, now: Date): Promise<void>
  remove(id: string): Promise<boolean>
  setSecret(id: string, sealedSecret: string, now: Date): Promise<void>
}

const toCredential = (row: Selectable<ProviderCredentialRow>): StoredCredential => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  sealedSecret: row.sealed_secret,
  masked: row.masked,
  weight: row.weight,
  baseUrl: row.base_url,
  enabled: row.enabled,
  testedAt: row.tested_at,
  testError: row.test_error,
})

export const createCredentialsStore = (db: Kysely<Database>): CredentialsStore => ({
  async all() {
    const rows = await db.selectFrom('provider_credentials').selectAll().orderBy('provider').orderBy('name').execute()
    return rows.map(toCredential)
  },
  async save(credential, now) {
    const values = {
      provider: credential.provider,
      name: credential.name,
      sealed_secret: credential.sealedSecret,
      masked: credential.masked,
      weight: credential.weight,
      base_url: credential.baseUrl,
      enabled: credential.enabled,
      tested_at: credential.testedAt,
      test_error: credential.testError,
      updated_at: now,
    }
    await db
      .insertInto('provider_credentials')
      .values({ id: credential.id, ...values, created_at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
  },
  async remove(id) {
    const { numDeletedRows } = await db.deleteFrom('provider_credentials').where('id', '=', id).executeTakeFirst()
    return numDeletedRows > 0n
  },
  async setSecret(id, sealedSecret, now) {
    await db
      .updateTable('provider_credentials')
      .set({ sealed_secret: sealedSecret, updated_at: now })
      .where('id', '=', id)
      .execute()
  },
})
