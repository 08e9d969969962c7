/** Hands text or bytes to the browser as a file. */
export const saveFile = (content: Blob, fileName: string): void => {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The download has been taken over by then; at once, some browsers would lose it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** The address of a picture or table by its title: `Error rate, 7 d` → `error-rate-7-d`. */
export const toFileName = (title: string, ending: string): string =>
  `${
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/gu, '') || 'chart'
  }.${ending}`
