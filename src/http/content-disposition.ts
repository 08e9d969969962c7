/** The header that names a file, safe for any name: a plain fallback and the real name in UTF-8 (RFC 6266, RFC 8187). */
const LONGEST_NAME = 200

export const contentDisposition = (kind: 'inline' | 'attachment', fileName: string): string => {
  const name = fileName
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '_')
    .slice(0, LONGEST_NAME)
    .toWellFormed()
  const plain = name.replaceAll(/[^\x20-\x7e]|["%\\]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
