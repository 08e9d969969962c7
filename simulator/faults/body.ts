// Faults of the body as a whole: wrong kind, wrong wrapping, wrong size, strange packets.
import type { Reply } from '../types.ts'
import type { Fault } from './types.ts'

const html = (status: number): Reply => {
  const titles: Record<number, string> = {
    413: '413 Request Entity Too Large',
    502: '502: Bad gateway',
    504: '504: Gateway time-out',
    520: '520: Web server is returning an unknown error',
    524: '524: A timeout occurred',
  }
  const title = titles[status] ?? `${status}`
  const page = `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>api.example.com | ${title}</title></head>\n<body>\n<div id="cf-error-details"><h1>${title}</h1><p>Cloudflare Ray ID: <strong>9a1b2c3d4e5f6a7b</strong></p></div>\n</body>\n</html>\n`
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8', server: 'cloudflare', 'cf-ray': '9a1b2c3d4e5f6a7b-FRA' },
    frames: [{ kind: 'body', data: page }],
    stream: false,
  }
}

const plain = (status: number, contentType: string, data: string): Reply => ({
  status,
  headers: { 'content-type': contentType },
  frames: [{ kind: 'body', data }],
  stream: false,
})

const MEGABYTE = 1024 * 1024

export const BODY_FAULTS: Fault[] = [
  {
    name: 'html',
    family: 'body',
    args: 'status=502',
    what: 'a Cloudflare error page (502, 504, 520, 524, 413 …)',
    reply: ({ args }) => html(Number(args[0] ?? 502)),
  },
  {
    name: 'html-ok',
    family: 'body',
    what: 'an HTML page with status 200 (a captive portal, a login page)',
    reply: () => plain(200, 'text/html; charset=utf-8', '<html><body>Please sign in to the network.</body></html>'),
  },
  {
    name: 'empty-body',
    family: 'body',
    args: 'status=200',
    what: 'no body at all',
    reply: ({ args }) => plain(Number(args[0] ?? 200), 'application/json', ''),
  },
  {
    name: 'null-body',
    family: 'body',
    what: 'status 200 and the JSON value null',
    reply: () => plain(200, 'application/json', 'null'),
  },
  {
    name: 'empty-object',
    family: 'body',
    what: 'status 200 and {}',
    reply: () => plain(200, 'application/json', '{}'),
  },
  {
    name: 'error-text',
    family: 'body',
    args: 'status=500',
    what: 'an error as plain text',
    reply: ({ args }) =>
      plain(Number(args[0] ?? 500), 'text/plain', 'upstream connect error or disconnect/reset before headers'),
  },
  {
    name: 'error-array',
    family: 'body',
    args: 'status=500',
    what: 'an error object inside an array',
    reply: ({ args }) =>
      plain(
        Number(args[0] ?? 500),
        'application/json',
        '[{"error":{"code":500,"message":"upstream failed","status":"INTERNAL"}}]',
      ),
  },
  {
    name: 'error-message',
    family: 'body',
    args: 'status=500',
    what: 'an error as {message} without an error object',
    reply: ({ args }) => plain(Number(args[0] ?? 500), 'application/json', '{"message":"upstream failed"}'),
  },
  {
    name: 'error-in-ok',
    family: 'body',
    what: 'status 200, yet the JSON body is an error object',
    reply: (context) => ({ ...context.errorReply('server-error'), status: 200 }),
  },
  {
    name: 'wrong-content-type',
    family: 'body',
    what: 'the right body under text/plain',
    frames: (reply) => ({ ...reply, headers: { ...reply.headers, 'content-type': 'text/plain; charset=utf-8' } }),
  },
  {
    name: 'not-streamed',
    family: 'body',
    what: 'one JSON body where a stream was asked for (not at Gemini, whose path decides)',
    request: (body) => ({ ...body, stream: false }),
  },
  {
    name: 'prompt-blocked',
    family: 'body',
    what: 'Gemini: promptFeedback and no candidates; elsewhere the provider’s content-policy error',
    frames: (reply, context) => {
      if (context.provider !== 'gemini') return context.errorReply('content-policy')
      const feedback = {
        promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
        usageMetadata: {
          promptTokenCount: 12,
          totalTokenCount: 12,
          promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }],
        },
        modelVersion: context.model,
        responseId: 'blocked',
      }
      const data = reply.stream ? `data: ${JSON.stringify(feedback)}\r\n\r\n` : JSON.stringify(feedback)
      return { ...reply, frames: [{ kind: 'body', data }] }
    },
  },
  {
    name: 'gzip',
    family: 'body',
    what: 'the body compressed, whether or not it was asked for',
    delivery: () => ({ gzip: true }),
  },
  {
    name: 'huge-body',
    family: 'body',
    args: 'megabytes=16',
    what: 'so many megabytes of blanks before the body (a comment before a stream)',
    frames: (reply, { args }) => {
      const blanks = ' '.repeat(Number(args[0] ?? 16) * MEGABYTE)
      const data = reply.stream ? `: ${blanks}\n\n` : blanks
      return { ...reply, frames: [{ kind: 'ping', data }, ...reply.frames] }
    },
  },
  {
    name: 'huge-event',
    family: 'body',
    args: 'megabytes=16',
    what: 'one event, or body, that never ends its line for so many megabytes',
    frames: (reply, { args }) => ({
      ...reply,
      frames: [
        { kind: 'content', data: `data: {"padding":"${'x'.repeat(Number(args[0] ?? 16) * MEGABYTE)}"`, after: 'close' },
      ],
    }),
  },
  {
    name: 'byte-by-byte',
    family: 'body',
    what: 'one byte at a time',
    delivery: () => ({ chunking: 'byte' }),
  },
  {
    name: 'split-characters',
    family: 'body',
    what: 'every character of more than one byte is split across two packets',
    delivery: () => ({ chunking: 'split-characters' }),
  },
]
