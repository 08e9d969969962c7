/** Mail over the server of SMTP_URL. */
import nodemailer from 'nodemailer'
import type { Message } from './channel.ts'
import { toMailFailure, toPartFailure } from './mail-failure.ts'

export interface Mail {
  /** Throws `delivery-failed`; where some recipients have it all the same, `wasSent` says so. */
  send(recipients: readonly string[], message: Message): Promise<void>
  close(): void
}

export interface MailSettings {
  readonly smtpUrl: string
  readonly from: string | undefined
}

/** What nodemailer does not declare. */
interface Sent {
  readonly rejected?: readonly unknown[]
  readonly rejectedErrors?: readonly { readonly message: string; readonly response?: string }[]
}

const TIMEOUT_MS = 15_000

const senderOf = ({ username, hostname }: URL): string => {
  const user = decodeURIComponent(username)
  return user.includes('@') ? user : `mp4totext@${hostname}`
}

const isThisMachine = ({ hostname }: URL): boolean => hostname === 'localhost' || /^127\.|^\[::1\]$/.test(hostname)

const openTransport = (url: URL) =>
  nodemailer.createTransport({
    url: url.href,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A password crosses no network in the clear, also when somebody on the way hides that the server can do better.
    // `?requireTLS=false` in the address goes before this.
    requireTLS: url.password !== '' && !isThisMachine(url),
    // What is in a message is made here; it must not make this server read files or call addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  })

export const createMail = ({ smtpUrl, from }: MailSettings): Mail => {
  const server = new URL(smtpUrl)
  const transport = openTransport(server)
  const sender = from ?? senderOf(server)
  const host = sender.match(/@([^<>\s]+)/)?.[1] ?? 'mp4totext'

  const sendOne = async (recipients: readonly string[], { id, subject, text, html }: Message): Promise<Sent> => {
    // The id is the same in every attempt: mail programs show it once.
    const mail = { from: sender, to: [...recipients], subject, text, html, messageId: `<${id}@${host}>` }
    try {
      return (await transport.sendMail(mail)) as Sent
    } catch (error) {
      throw toMailFailure(error, server.host)
    }
  }
  return {
    async send(recipients, message) {
      const { rejected = [], rejectedErrors = [] } = await sendOne(recipients, message)
      if (rejected.length === 0) return
      const why = rejectedErrors.map(({ response, message }) => response ?? message).join(' ')
      throw toPartFailure(rejected.map(String), why, server.host)
    },
    close: () => transport.close(),
  }
}
