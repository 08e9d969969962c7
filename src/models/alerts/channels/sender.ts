/** Sends one message over mail, Slack or a webhook. */
import nodemailer, { type Transporter } from 'nodemailer'
import { AppError } from '../../../errors.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Destination, Message, Sender } from './channel.ts'
import { createSafeFetch, type SafeFetchDeps } from './safe-fetch.ts'
import { sign } from './sign.ts'

export interface SenderDeps extends SafeFetchDeps {
  readonly smtpUrl: string | undefined
  readonly from: string | undefined
  readonly clock: Clock
}

const SMTP_TIMEOUT_MS = 15_000

const senderOf = (smtpUrl: string, from: string | undefined): string => {
  if (from !== undefined) return from
  const user = decodeURIComponent(new URL(smtpUrl).username)
  return user.includes('@') ? user : `mp4totext@${new URL(smtpUrl).hostname}`
}

const openMail = (smtpUrl: string): Transporter =>
  nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
    // What is in a message is made here; it must not make this server read files or call addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  })

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
  const mail = smtpUrl === undefined ? undefined : { transport: openMail(smtpUrl), from: senderOf(smtpUrl, from) }

  const sendMail = async (recipients: readonly string[], message: Message): Promise<void> => {
    if (mail === undefined) throw new AppError('mail-not-set-up', 'Mail cannot be sent: SMTP_URL is not set')
    const { id, subject, text, html } = message
    const host = mail.from.match(/@([^<>\s]+)/)?.[1] ?? 'mp4totext'
    try {
      await mail.transport.sendMail({
        from: mail.from,
        to: [...recipients],
        subject,
        text,
        html,
        // The same in every attempt: mail programs show it once.
        messageId: `<${id}@${host}>`,
      })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new AppError('delivery-failed', `The mail server did not take it: ${why}`, { cause: error })
    }
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
      mail?.transport.close()
      await http.close()
    },
  }
}
