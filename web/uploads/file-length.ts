/** How long a recording plays, as far as the browser can tell without sending it. */

const longestWaitMs = 8000

/** Seconds; null where the browser does not know the format, or the file does not say. */
export const readLength = async (file: File): Promise<number | null> => {
  const element = document.createElement('video')
  const address = URL.createObjectURL(file)
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), longestWaitMs)
      const end = (second: number | null): void => {
        clearTimeout(timer)
        resolve(second)
      }
      element.preload = 'metadata'
      element.onloadedmetadata = () => end(Number.isFinite(element.duration) ? element.duration : null)
      element.onerror = () => end(null)
      element.src = address
    })
  } finally {
    element.removeAttribute('src')
    URL.revokeObjectURL(address)
  }
}
