/** A notifier with one webhook that hears of every alert; what is handed to the queue waits for `deliver`. */
import type { Kysely } from 'kysely'
import type { Database } from '../../src/db/types.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { createEncryption } from '../../src/lib/encryption.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createChannels } from '../../src/models/alerts/channels/channels.ts'
import { createSender } from '../../src/models/alerts/channels/sender.ts'
import { createNotifier, type Notifier } from '../../src/models/alerts/notifier.ts'

export interface Delivery {
  readonly notifier: Notifier
  /** Sends what is due. */
  deliver(): Promise<void>
  close(): Promise<void>
}

export const openDelivery = async ({
  db,
  clock,
  hookUrl,
  locale,
}: {
  readonly db: Kysely<Database>
  readonly clock: Clock
  readonly hookUrl: string
  readonly locale: 'en' | 'tr'
}): Promise<Delivery> => {
  const sender = createSender({ smtpUrl: undefined, from: undefined, allowed: ['127.0.0.0/8'], clock })
  const channels = createChannels({ db, encryption: createEncryption(['e'.repeat(40)]), sender, clock })
  const fields = { enabled: true, subscriptions: ['alerts'] as const, locale }
  await channels.create({ kind: 'webhook', url: hookUrl, name: 'Hook', minimumSeverity: 'info', ...fields })
  const due: string[] = []
  const notifier = createNotifier({
    db,
    queue: {
      send: (_job, payload) => {
        due.push((payload as unknown as { deliveryId: string }).deliveryId)
        return Promise.resolve(createId())
      },
    },
    channels,
    sender,
    publicUrl: 'https://text.example.org',
    reportMessage: () => null,
    clock,
  })
  const { signal } = new AbortController()
  return {
    notifier,
    close: sender.close,
    async deliver() {
      for (const deliveryId of due.splice(0))
        await notifier.handler.handler({ payload: { deliveryId }, jobId: '', attempt: 0, signal, logger: silentLogger })
    },
  }
}
