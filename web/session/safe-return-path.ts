/** Where to go after signing in: an address of this page only, since the wish comes from the address bar. */
export const safeReturnPath = (wish: string | null): string => {
  if (wish === null || !wish.startsWith('/') || /^\/[/\\]/u.test(wish)) return '/'
  const url = new URL(wish, 'http://page.invalid')
  return url.host === 'page.invalid' ? url.pathname + url.search + url.hash : '/'
}
