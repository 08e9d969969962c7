/**
 * What counts as a filler, per language, as data. Rules are conservative: a word that can carry meaning is removed only
 * where punctuation sets it off. Languages without an entry lose cut-off words and false starts, and phrases said twice where their
 * number words are known.
 */
import { NUMBER_WORDS } from './number-words.ts'

export interface LanguageRules {
  /** Sounds that never mean anything. */
  readonly sounds: RegExp
  /** Words removed only when set off by commas (or at the start of a sentence before a comma). */
  readonly asides: readonly (readonly string[])[]
  /** An aside after one of these belongs to the sentence: `a thing`, `you know what`. */
  readonly asideNotAfter: ReadonlySet<string>
  /** Function words whose immediate doubling is a stutter. */
  readonly stutters: ReadonlySet<string>
  /** Doublings that are grammar or emphasis and stay. */
  readonly doublings: ReadonlySet<string>
  /** Stutters only at the start of a clause: elsewhere one clause may end and the next begin with them (`if you see it, it …`). */
  readonly bothEnds: ReadonlySet<string>
  /** What a clause starts after, besides a mark. */
  readonly openers: ReadonlySet<string>
  /** No stutter across a comma (`the house I live in, in London`). */
  readonly notAcrossComma: ReadonlySet<string>
  /** A particle after one of these may be followed by itself as a preposition (`logged in in 2019`). */
  readonly particleVerbs: ReadonlySet<string>
  /** Forms of a verb that follow themselves where one of `clauseHeads` opens the clause (`what it is is a problem`). */
  readonly copulas: ReadonlySet<string>
  readonly clauseHeads: ReadonlySet<string>
  /** Phrases that are said twice on purpose. */
  readonly phrases: ReadonlySet<string>
  /** Undefined where they are not known. */
  readonly numbers: ReadonlySet<string> | undefined
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u))

const english: LanguageRules = {
  sounds: /^(u+h+|u+h*m+|e+r+m+|e+r|e+r{3,}|e+h+m+|h+m+m+|m{3,})$/u,
  asides: [['mm'], ['you', 'know'], ['i', 'mean'], ['like'], ['you', 'see'], ['sort', 'of', 'like']],
  asideNotAfter: words('do did would look looks looked feel feels felt seem seems sound sounds if what as than and'),
  stutters: words(`the a an i we you he she it they to of in on at and but or if as so for with from by my our your
    his their this these those is are was were be been am do does did can could will would should have has
    what when where why how who which there it's i'm we're you're that's he's she's they're i've we've you've don't`),
  doublings: words('had that her very really no yes yeah so bye ha cha far many much long more again never ever'),
  bothEnds: words('you it this these those there what'),
  openers: words('and but or so because if when while as since though although then well that whether now where'),
  notAcrossComma: words('to of in on at for with from by'),
  particleVerbs: words(`log logs logged logging sign signs signed signing check checks checked checking come comes came
    coming go goes going went gone get gets got getting move moves moved moving turn turns turned turning hand handed
    give gave given carry carried break broke join joined fill filled plug plugged settle settled put try tried hold held
    keep kept live lived lives work works worked stand stood look looked up on early later believe believed`),
  copulas: words('is are was were am do does did can could will would should have has'),
  clauseHeads: words('what how where who all which why thing'),
  phrases: words('thank_you come_on bye_bye of_course all_right so_far over_and_over'),
  numbers: words(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    oh double triple half`),
}

const turkish: LanguageRules = {
  sounds: /^(ı+h*|e{2,}h*|ı+m+|m{3,}|h+[ıi]*m{1,}|h+m+|a{3,}|ö{2,})$/u,
  asides: [['şey'], ['yani'], ['işte'], ['hani'], ['yani', 'şey'], ['nasıl', 'desem'], ['ne', 'bileyim']],
  asideNotAfter: words('bir bu şu o her hiçbir çok başka aynı böyle öyle ne bazı birçok'),
  stutters: words('ve bu şu o ben sen biz siz onlar ama fakat çünkü için ile ya ki de da ne nasıl sonra ancak eğer'),
  doublings: words(
    'için sonra ha bir yavaş zaman ara tek sık uzun kısa ayrı teker sıra hızlı güzel derin çok evet hayır tamam',
  ),
  bothEnds: new Set(),
  openers: new Set(),
  notAcrossComma: words('o bu şu'),
  particleVerbs: new Set(),
  copulas: new Set(),
  clauseHeads: new Set(),
  phrases: words('arada_bir ikide_bir zaman_zaman yavaş_yavaş çok_teşekkürler teşekkür_ederim'),
  numbers: words(`sıfır bir iki üç dört beş altı yedi sekiz dokuz on yirmi otuz kırk elli altmış yetmiş seksen doksan
    yüz bin milyon milyar buçuk çift`),
}

/** Of a language whose number words are not known, nothing that is said again is removed: it may be a telephone number. */
const elsewhere = (numbers: ReadonlySet<string> | undefined): LanguageRules => ({
  sounds: /^(?!)$/u,
  asides: [],
  asideNotAfter: new Set(),
  stutters: new Set(),
  doublings: new Set(),
  bothEnds: new Set(),
  openers: new Set(),
  notAcrossComma: new Set(),
  particleVerbs: new Set(),
  copulas: new Set(),
  clauseHeads: new Set(),
  phrases: new Set(),
  numbers,
})

/** Rules of an ISO 639-1 code; `auto` and unknown codes get the ones that hold everywhere. */
export const rulesFor = (language: string): LanguageRules =>
  language === 'en' ? english : language === 'tr' ? turkish : elsewhere(NUMBER_WORDS[language])
