/**
 * What counts as a filler, per language, as data. Rules are conservative: a word that can carry meaning is removed only
 * where punctuation sets it off. Languages without an entry get the rules that hold everywhere (cut-off words, phrases
 * said twice).
 */
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
  /** Phrases that are said twice on purpose. */
  readonly phrases: ReadonlySet<string>
  readonly numbers: ReadonlySet<string>
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u))

const english: LanguageRules = {
  sounds: /^(u+h+|u+h*m+|e+r+m+|e+r+|e+h+m+|h+m+m+|m+m+)$/u,
  asides: [['you', 'know'], ['i', 'mean'], ['like'], ['you', 'see'], ['sort', 'of', 'like']],
  asideNotAfter: words('do did would look looks looked feel feels felt seem seems sound sounds if what as than and'),
  stutters: words(`the a an i we you he she it they to of in on at and but or if as so for with from by my our your
    his her their this these those is are was were be been am do does did can could will would should have has
    what when where why how who which there it's i'm we're you're that's he's she's they're i've we've you've don't`),
  doublings: words('had that very really no yes yeah so bye ha far many much long more again never ever'),
  phrases: words('thank_you come_on bye_bye of_course all_right so_far over_and_over'),
  numbers: words(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    oh double triple half`),
}

const turkish: LanguageRules = {
  sounds: /^(ı+h*|e{2,}h*|ı*m{2,}|h+[ıi]*m{1,}|h+m+|a{3,}|ö{2,})$/u,
  asides: [['şey'], ['yani'], ['işte'], ['hani'], ['yani', 'şey'], ['nasıl', 'desem'], ['ne', 'bileyim']],
  asideNotAfter: words('bir bu şu o her hiçbir çok başka aynı böyle öyle ne bazı birçok'),
  stutters: words('ve bu şu o ben sen biz siz onlar ama fakat çünkü için ile ya ki de da ne nasıl sonra ancak eğer'),
  doublings: words('bir yavaş zaman ara tek sık uzun kısa ayrı teker sıra hızlı güzel derin çok evet hayır tamam'),
  phrases: words('arada_bir ikide_bir zaman_zaman yavaş_yavaş çok_teşekkürler teşekkür_ederim'),
  numbers: words(`sıfır bir iki üç dört beş altı yedi sekiz dokuz on yirmi otuz kırk elli altmış yetmiş seksen doksan
    yüz bin milyon milyar buçuk çift`),
}

const everywhere: LanguageRules = {
  sounds: /^(?!)$/u,
  asides: [],
  asideNotAfter: new Set(),
  stutters: new Set(),
  doublings: new Set(),
  phrases: new Set(),
  numbers: new Set(),
}

/** Rules of an ISO 639-1 code; `auto` and unknown codes get the ones that hold everywhere. */
export const rulesFor = (language: string): LanguageRules =>
  language === 'en' ? english : language === 'tr' ? turkish : everywhere
