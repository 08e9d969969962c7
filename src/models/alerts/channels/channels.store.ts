/** Where alerts and reports are sent. Addresses of Slack and webhooks are secrets and kept encrypted. */
import type { Kysely, Selectable } from 'kysely'
import type { AlertChannelRow, NotificationDeliveryRow } from '../../../db/tables/steering.ts'
import type { Database } from '../../../db/types.ts'

export type StoredChannel = Selectable<AlertChannelRow>

export const createChannelsStore = (db: Kysely<Database>) => ({
  all: (): Promise<StoredChannel[]> =>
    db.selectFrom('alert_channels').selectAll().orderBy('created_at').orderBy('id').execute(),
  find: (id: string): Promise<StoredChannel | undefined> =>
    db.selectFrom('alert_channels').selectAll().where('id', '=', id).executeTakeFirst(),
  async insert(row: StoredChannel): Promise<void> {
    await db.insertInto('alert_channels').values(row).execute()
  },
  async update(row: StoredChannel): Promise<void> {
    const { id, ...values } = row
    await db.updateTable('alert_channels').set(values).where('id', '=', id).execute()
  },
  async remove(id: string): Promise<void> {
    await db.deleteFrom('alert_channels').where('id', '=', id).execute()
  },
  async lastDeliveries(): Promise<ReadonlyMap<string, Selectable<NotificationDeliveryRow>>> {
    const rows = await db
      .selectFrom('notification_deliveries')
      .selectAll()
      .distinctOn('channel_id')
      .where('channel_id', 'is not', null)
      .orderBy('channel_id')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    return new Map(rows.map((row) => [row.channel_id ?? '', row]))
  },
})
