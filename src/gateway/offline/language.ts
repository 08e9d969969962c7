/** Turkish or English, by the words that only one of them uses. Other languages are treated by the rules of English. */
export type OfflineLanguage = 'en' | 'tr'

const TURKISH = new Set(
  'bir ve bu da de için ile çok ama gibi daha var ne değil olarak mi mı mu mü şu ben sen biz siz onlar sonra kadar olan her şey ki diye yani evet hayır bunu nasıl neden çünkü'.split(
    ' ',
  ),
)
const ENGLISH = new Set(
  'the and of to a in is that it for you was on are with as this be have not but they we he she at or from so what there about which will can'.split(
    ' ',
  ),
)

export const detectLanguage = (text: string): OfflineLanguage => {
  const words =
    text
      .slice(0, 20_000)
      .toLocaleLowerCase('tr')
      .match(/\p{L}+/gu) ?? []
  const score = words.reduce((sum, word) => sum + (TURKISH.has(word) ? 1 : 0) - (ENGLISH.has(word) ? 1 : 0), 0)
  const letters = (text.slice(0, 20_000).match(/[ğşıİĞŞ]/g) ?? []).length
  return score + letters / 3 > 0 ? 'tr' : 'en'
}

const STOP_WORDS: Readonly<Record<OfflineLanguage, ReadonlySet<string>>> = {
  tr: new Set([
    ...TURKISH,
    ...'o şöyle böyle öyle ise eğer hem hiç en az bana sana ona bizim sizin onun onların şimdi işte falan filan artık bile sadece zaten hep tüm bütün olur oldu olduğu olacak var yok veya ya ancak ise üzere göre tabii tamam şeyi şeyler'.split(
      ' ',
    ),
  ]),
  en: new Set([
    ...ENGLISH,
    ...'an by if then than their them his her its our your i me my us do does did done has had were been being just very really okay yeah well like know think going got get one all some any more most other into over out up down no yes how why when where who would could should may might must also too only'.split(
      ' ',
    ),
  ]),
}

/** Words that say nothing about what a sentence is about. */
export const isStopWord = (word: string, language: OfflineLanguage): boolean => STOP_WORDS[language].has(word)
