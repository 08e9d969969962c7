/** Keys for providers, sealed: this file never sees one in the clear. */
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { ProviderCredentialRow } from '../../db/tables/models.ts'

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

export type CredentialFields = Partial<Pick<StoredCredential, 'enabled' | 'weight' | 'testedAt' | 'testError'>>

export interface CredentialsStore {
  all(): Promise<StoredCredential[]>
  save(credential: StoredCredential, now: Date): Promise<void>
  /** Only these fields: the rest may have been changed by somebody else. Undefined when the key is gone. */
  change(id: string, fields: CredentialFields, now: Date): Promise<StoredCredential | undefined>
  remove(id: string): Promise<boolean>
  /** Seals it anew, unless another secret has taken the place of this one. */
  reseal(id: string, sealed: { readonly from: string; readonly to: string }, now: Date): Promise<void>
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
  async change(id, { enabled, weight, testedAt, testError }, now) {
    const row = await db
      .updateTable('provider_credentials')
      .set({
        ...(enabled !== undefined && { enabled }),
        ...(weight !== undefined && { weight }),
        ...(testedAt !== undefined && { tested_at: testedAt }),
        ...(testError !== undefined && { test_error: testError }),
        updated_at: now,
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && toCredential(row)
  },
  async remove(id) {
    const { numDeletedRows } = await db.deleteFrom('provider_credentials').where('id', '=', id).executeTakeFirst()
    return numDeletedRows > 0n
  },
  async reseal(id, { from, to }, now) {
    await db
      .updateTable('provider_credentials')
      .set({ sealed_secret: to, updated_at: now })
      .where('id', '=', id)
      .where('sealed_secret', '=', from)
      .execute()
  },
})
