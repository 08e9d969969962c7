/** How fast a recording is played; kept in the browser, as people have their own pace. */
export const rates = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const
const rateKey = 'mp4totext.rate'

export const storedRate = (): number => {
  try {
    const rate = Number(localStorage.getItem(rateKey))
    return rate >= 0.5 && rate <= 3 ? rate : 1
  } catch {
    return 1
  }
}

export const keepRate = (rate: number): void => {
  try {
    localStorage.setItem(rateKey, String(rate))
  } catch {
    // The choice then lasts for this page.
  }
}

export const fasterThan = (rate: number): number => rates.find((one) => one > rate) ?? 3
export const slowerThan = (rate: number): number => rates.findLast((one) => one < rate) ?? 0.5
