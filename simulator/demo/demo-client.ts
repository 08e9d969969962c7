/** A person's calls to the demo server: what a browser would send. */

export interface DemoUser {
  readonly name: string
  readonly email: string
  readonly password: string
}

export interface Session {
  call(path: string, options?: { readonly method?: string; readonly body?: FormData | object }): Promise<unknown>
}

const READY_WITHIN_MS = 120_000

export const waitUntilReady = async (address: string): Promise<void> => {
  const deadlineMs = Date.now() + READY_WITHIN_MS
  for (;;) {
    const ready = await fetch(`${address}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    if (Date.now() > deadlineMs) throw new Error('The server did not start')
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

const authenticate = async (address: string, path: string, body: object): Promise<string> => {
  const response = await fetch(`${address}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

/** Makes the account on a new server, signs in on one that has it. */
export const signIn = async (address: string, user: DemoUser): Promise<Session> => {
  const { needsSetup } = (await (await fetch(`${address}/api/v1/server`)).json()) as { needsSetup: boolean }
  const { email, password } = user
  const cookie = needsSetup
    ? await authenticate(address, 'sign-up/email', user)
    : await authenticate(address, 'sign-in/email', { email, password })
  return {
    async call(path, { method = 'GET', body } = {}) {
      const isForm = body instanceof FormData
      const response = await fetch(address + path, {
        method,
        headers: { cookie, origin: address, ...(body && !isForm ? { 'content-type': 'application/json' } : {}) },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`)
      return text === '' ? null : (JSON.parse(text) as unknown)
    },
  }
}
