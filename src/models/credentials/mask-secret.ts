/** A key as it may be shown: enough to tell two apart, too little to use. */
export const maskSecret = (secret: string): string => {
  if (secret.length < 12) return '…'
  return `${secret.slice(0, 4)}…${secret.slice(-4)}`
}
