/** Sends one message over mail, Slack or a webhook. */
import { AppError } from '../../../errors.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Destination, Message, Sender } from './channel.ts'
import { createMail } from './mail.ts'
import { createSafeFetch, type SafeFetchDeps } from './safe-fetch.ts'
import { sign } from './sign.ts'

export interface SenderDeps extends SafeFetchDeps {
  readonly smtpUrl: string | undefined
  readonly from: string | undefined
  readonly clock: Clock
}

const MOST_SLACK_CHARACTERS = 2_900

const toSlack = ({ subject, text }: Message): string =>
  JSON.stringify({
    text: subject,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: subject.slice(0, 150) } },
      { type: 'section', text: { type: 'mrkdwn', text: escapeSlack(text).slice(0, MOST_SLACK_CHARACTERS) } },
    ],
  })

/** Three signs are markup in Slack; without this a model's message could mention a whole channel. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const createSender = ({ smtpUrl, from, clock, ...fetchDeps }: SenderDeps): Sender => {
  const http = createSafeFetch(fetchDeps)
  const mail = smtpUrl === undefined ? undefined : createMail({ smtpUrl, from })

  const sendMail = async (recipients: readonly string[], message: Message): Promise<void> => {
    if (mail === undefined) throw new AppError('mail-not-set-up', 'Mail cannot be sent: SMTP_URL is not set')
    await mail.send(recipients, message)
  }
  const sendHook = async (url: string, secret: string, message: Message, signal: AbortSignal): Promise<void> => {
    const { id, event, subject, data } = message
    const body = JSON.stringify({ id, event, subject, sentAt: new Date(clock.now()).toISOString(), ...data })
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'mp4totext',
      'mp4totext-delivery': id,
      'mp4totext-event': event,
      'mp4totext-signature': sign(secret, body, clock.now()),
    }
    await http.post(url, body, headers, signal)
  }
  return {
    mailReady: mail !== undefined,
    checkUrl: http.check,
    async send(destination: Destination, message, signal) {
      if (destination.kind === 'email') return sendMail(destination.recipients, message)
      if (destination.kind === 'webhook') return sendHook(destination.url, destination.secret, message, signal)
      await http.post(destination.url, toSlack(message), { 'content-type': 'application/json' }, signal)
    },
    async close() {
      mail?.close()
      await http.close()
    },
  }
}
