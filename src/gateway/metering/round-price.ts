/** Prices in lists carry the noise of floating point (1.0399999999999998); six decimals of a dollar are exact enough. */
export const roundPrice = (price: number | null): number | null =>
  price === null ? null : Math.round(price * 1_000_000) / 1_000_000
