/** A request without the fields that its model turned out to reject. */
export const withoutFields = <Request extends object>(request: Request, fields: readonly string[]): Request =>
  fields.length === 0
    ? request
    : (Object.fromEntries(Object.entries(request).filter(([name]) => !fields.includes(name))) as unknown as Request)
