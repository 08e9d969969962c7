// Reads multipart/form-data from a whole body. Small and strict: enough for SDKs and browsers.
export type FormFile = { name: string; contentType: string; data: Buffer }
export type Form = { fields: Map<string, string[]>; file?: FormFile }

const HEADER_END = Buffer.from('\r\n\r\n')

const readPart = (part: Buffer, form: Form): void => {
  const headerEnd = part.indexOf(HEADER_END)
  if (headerEnd < 0) return
  const head = part.subarray(0, headerEnd).toString('utf8')
  const data = part.subarray(headerEnd + HEADER_END.length)
  const name = /;\s*name="([^"]*)"/i.exec(head)?.[1] ?? ''
  const fileName = /;\s*filename="([^"]*)"/i.exec(head)?.[1]
  if (fileName !== undefined) {
    form.file = { name: fileName, contentType: /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? '', data }
    return
  }
  form.fields.set(name, [...(form.fields.get(name) ?? []), data.toString('utf8')])
}

/** The fields and the file of a form; undefined when the body is none. */
export const readForm = (contentType: string, body: Buffer): Form | undefined => {
  const boundary = /multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (boundary === undefined) return undefined
  const mark = Buffer.from(`--${boundary}`)
  const form: Form = { fields: new Map() }
  let from = body.indexOf(mark)
  while (from >= 0) {
    const next = body.indexOf(mark, from + mark.length)
    if (next < 0) break
    // Each part stands between the line break after its mark and the one before the next mark.
    readPart(body.subarray(from + mark.length + 2, next - 2), form)
    from = next
  }
  return form
}
