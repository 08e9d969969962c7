import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { testMessage } from '../messages/test-message.ts'
import { wasSent } from './mail-failure.ts'
import { createMail } from './mail.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Speaks SMTP; answers a line that begins with a key of `refused` with its words. Everything that came is kept. */
const startMailServer = async (refused: Readonly<Record<string, string>> = {}) => {
  const lines: string[] = []
  const answerTo = (line: string): string => {
    const key = Object.keys(refused).find((one) => line.startsWith(one))
    if (key !== undefined) return refused[key] ?? ''
    if (line.startsWith('EHLO')) return '250-test\r\n250 AUTH PLAIN'
    if (line.startsWith('AUTH')) return '235 fine'
    return line === 'DATA' ? '354 go on' : '250 fine'
  }
  const server = createServer((socket) => {
    let [buffer, inMail] = ['', false]
    socket.on('error', () => {}).write('220 test\r\n')
    socket.on('data', (chunk: Buffer) => {
      buffer += chunk.toString()
      const parts = buffer.split('\r\n')
      buffer = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        if (inMail && line !== '.') continue
        inMail = line === 'DATA'
        socket.write(`${answerTo(line)}\r\n`)
      }
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, lines }
}

const send = async (smtpUrl: string, recipients = ['ada@example.org']) => {
  const mail = createMail({ smtpUrl, from: 'server@example.org' })
  return await mail
    .send(recipients, testMessage('Team', 'en', 'id-1'))
    .catch((error: unknown) => error)
    .finally(() => mail.close())
}

test.each([
  [
    { AUTH: '535 5.7.8 no such user' },
    'HOST refuses the user name or the password of SMTP_URL: 535 5.7.8 no such user',
  ],
  [{ 'MAIL FROM': '553 not yours' }, 'HOST takes no mail from this sender; check MAIL_FROM: 553 not yours'],
  [{ 'RCPT TO': '550 unknown' }, 'HOST takes no mail for these recipients: 550 unknown'],
  [{ '.': '554 too much' }, 'HOST did not take it: 554 too much'],
])('what the mail server refuses is told as what to do: %j', async (refused, told) => {
  const { host } = await startMailServer(refused)
  const error = await send(`smtp://user:secret-word@${host}`)
  expect(error).toMatchObject({
    code: 'delivery-failed',
    message: `The mail server ${told.replace('HOST', host)}`,
  })
  expect(String(error)).not.toContain('secret-word')
})

test('a server that is not there, and one that speaks no TLS where it was asked to', async () => {
  const { host } = await startMailServer()
  expect(await send(`smtps://${host}`)).toMatchObject({
    message: expect.stringMatching(/^No safe connection \(TLS\) to the mail server 127/) as string,
  })
  expect(await send('smtp://127.0.0.1:1')).toMatchObject({
    message: 'The mail server 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
  })
})

test('a password is not sent over a network without TLS, unless the address says that it may', async () => {
  const { host, lines } = await startMailServer({ STARTTLS: '502 not here' })
  // Leads here, but is no address of this machine alone.
  const url = `smtp://user:secret-word@${host.replace('127.0.0.1', '0.0.0.0')}`
  expect(await send(url)).toMatchObject({
    message: expect.stringMatching(/^No safe connection \(TLS\) to the mail server 0\.0\.0\.0/) as string,
  })
  expect(lines.filter((line) => line.startsWith('AUTH'))).toEqual([])
  expect(await send(`${url}?requireTLS=false`)).toBeUndefined()
  expect(lines.filter((line) => line.startsWith('AUTH'))).toHaveLength(1)
})

test('one of several recipients who gets nothing is named, and the mail counts as sent', async () => {
  const { host } = await startMailServer({ 'RCPT TO:<gone@': '550 5.1.1 unknown' })
  const error = await send(`smtp://${host}`, ['ada@example.org', 'gone@example.org'])
  expect(error).toMatchObject({
    message: `It went to the others, but the mail server ${host} takes no mail for gone@example.org: 550 5.1.1 unknown`,
  })
  expect(wasSent(error as Parameters<typeof wasSent>[0])).toBe(true)
})
