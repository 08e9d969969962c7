/** The sentences in Turkish. */
import { nested } from './nested.ts'
import type { ComparedMeasure, Words } from './statement.ts'

const share = new Intl.NumberFormat('tr', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat('tr', { maximumFractionDigits: 0 })
const tenth = new Intl.NumberFormat('tr', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const hundredth = new Intl.NumberFormat('tr', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const credits = new Intl.NumberFormat('tr', { maximumFractionDigits: 2 })

const percent = (value: number | null): string => (value === null ? 'bilinmiyor' : share.format(value))
/** In the unit that a person would take. */
const lasting = (minutes: number): string => {
  if (minutes < 120) return `${whole.format(minutes)} dakika`
  return minutes < 2_880 ? `${whole.format(minutes / 60)} saat` : `${whole.format(minutes / 1_440)} gün`
}
const usd = (amount: number): string => `${hundredth.format(amount)} USD`
const sentence = (text: string): string => text.charAt(0).toLocaleUpperCase('tr') + text.slice(1)

const MEASURES = { errors: 'hata oranı', latency: 'yanıt süresi', cost: 'maliyet' } as const

const compared = ({ measure, control, candidate, difference }: ComparedMeasure): string => {
  if (measure === 'errors') return `hata oranı ${percent(candidate)} (mevcut modelde ${percent(control)})`
  const what = MEASURES[measure]
  return difference === null ? `${what} ölçülmedi` : `${what} mevcut modelinkinin ${hundredth.format(difference)} katı`
}
const failed = ({ failures, requests, rate }: { failures: number; requests: number; rate: number }): string =>
  `${whole.format(requests)} çağrının ${whole.format(failures)} tanesinde hata verdi (${percent(rate)})`
const inARow = (probes: number): string => `art arda ${probes} denemeye yanıt verdi`
const because = (reason: Parameters<typeof nested>[0]): string => nested(reason, turkish)

const OUTCOMES: Readonly<Record<string, string>> = {
  applied: 'uygulandı',
  unchanged: 'değişmedi',
  held: 'bekletildi',
  failed: 'okunamadı',
  skipped: 'atlandı',
}
const ACTIONS: Readonly<Record<string, string>> = {
  promote: 'ilerledi',
  complete: 'tamamlandı',
  'roll-back': 'geri alındı',
}

export const turkish: Words = {
  'model-failing': (it) => `${it.model}: son ${whole.format(it.minutes)} dakikada ${failed(it)}`,
  'model-slow': ({ model, p95Ms, times }) =>
    `${model}: her yirmi yanıttan biri ${tenth.format(p95Ms / 1_000)} saniye ya da daha uzun sürüyor; bu, alışılmış sürenin ${tenth.format(times)} katı`,
  'model-held-back': ({ model }) => `${model}: hatalardan sonra çağrılar bekletiliyor`,
  'model-switched-off': (it) => `${it.model} kapatıldı: ${failed(it)}`,
  'model-switched-on': ({ model, probes }) => `${model} yeniden açıldı: ${inARow(probes)}`,
  'model-answers': ({ model, probes }) => `${model} yeniden yanıt veriyor ve açılabilir: ${inARow(probes)}`,
  'key-refused': ({ key, error }) => `“${key}” anahtarı reddediliyor: ${error}`,
  'list-endless': ({ provider }) => `${provider}: listenin sonu gelmiyor`,
  'list-unreadable': ({ provider, rows }) => `${provider}: listedeki ${whole.format(rows)} satır bir model göstermiyor`,
  'list-empty': ({ provider, active }) => `${provider}: liste boş geldi; bizde ${whole.format(active)} satır etkin`,
  'list-shrunk': ({ provider, removed, active }) =>
    `${provider}: liste uygulanırsa ${whole.format(active)} satırın ${whole.format(removed)} tanesi kapanır`,
  'list-not-read': ({ provider, error }) => `${provider}: liste okunamadı: ${error}`,
  'chains-broken': ({ models }) => `Yedek zincirlerinde yanıt veremeyen modeller var: ${models.join(', ')}`,
  'providers-cost': ({ spentUsd, plannedUsd }) =>
    `Sağlayıcılar bu ay ${usd(spentUsd)} tuttu; planlanan ${usd(plannedUsd)} idi`,
  'user-budget-near': (it) =>
    `${it.user}, aylık bütçesindeki ${credits.format(it.budgetCredits)} kredinin ${credits.format(it.spentCredits)} kadarını harcadı`,
  'user-budget-used-up': (it) =>
    `${it.user} için aylık bütçe tükendi: ${credits.format(it.budgetCredits)} kredinin ${credits.format(it.spentCredits)} kadarı harcandı, yeni işler reddediliyor`,
  'work-waits': ({ queue, minutes, waiting }) =>
    `${queue} türündeki iş ${whole.format(minutes)} dakikadır bekliyor; sırada ${whole.format(waiting)} iş var`,
  'disk-nearly-full': ({ freeShare, freeBytes }) =>
    `Veri klasörünün diskinde ${percent(freeShare)} boş yer kaldı (${tenth.format(freeBytes / 1e9)} GB)`,
  'schedule-failed': ({ schedule, error }) =>
    `Zamanlanmış iş ${schedule} başarısız oldu: ${error ?? 'nedeni bilinmiyor'}`,
  'rollout-completed': ({ candidate, control, reason }) =>
    `Artık tüm kullanıcılara ${control} yerine ${candidate} yanıt veriyor.${because(reason)}`,
  'rollout-rolled-back': ({ candidate, control, reason }) =>
    `${control} → ${candidate} geçişi geri alındı.${because(reason)}`,

  'rule-off': () => 'Kural kapalı',
  'told-shortly-before': () => 'Aynısı kısa süre önce bildirilmişti ve yeniden sona erdi',
  'over-before-told': () => 'Bildirilmeden önce sona erdi',
  'no-channel': () => 'Bunun için bir kanal ayarlanmamış',

  'watch-done': ({ raised, resolved, told, disabled }) =>
    `${raised} uyarı açıldı, ${resolved} uyarı sona erdi, ${told} ileti gönderildi, ${disabled} model kapatıldı`,
  'sync-done': ({ providers }) =>
    providers.map(({ provider, outcome }) => `${provider} ${OUTCOMES[outcome] ?? outcome}`).join(', '),
  'health-done': ({ answering, asked, silent }) =>
    `${asked} sağlayıcının ${answering} tanesi yanıt veriyor` +
    (silent.length === 0 ? '' : `; yanıt vermeyen: ${silent.join(', ')}`),
  'limits-tried': ({ tried, grown, left, unpriced }) =>
    [
      tried === 0 ? 'Denenecek öğrenilmiş sınır yoktu' : `${tried} öğrenilmiş sınır denendi`,
      ...(grown.length === 0 ? [] : [`yükseltilen: ${grown.join(', ')}`]),
      ...(left === 0 ? [] : [`bütçe bittiği için ${left} tanesi başka güne kaldı`]),
      ...(unpriced === 0 ? [] : [`fiyatı bilinmediği için ${unpriced} tanesi denenmedi`]),
    ].join('; '),
  'no-provider': () => 'Ayarlanmış sağlayıcı yok',
  'rollouts-stepped': ({ waiting, moved }) =>
    [
      ...moved.map(({ name, action }) => `${name}: ${ACTIONS[action] ?? action}`),
      ...(moved.length > 0 && waiting === 0 ? [] : [`${waiting} kademeli geçiş bekliyor`]),
    ].join('; '),
  'report-done': ({ requests, errorRate, failing, disabled }) => {
    if (requests === 0) return 'Bu hafta hiçbir modele istek gönderilmedi'
    return [
      `${whole.format(requests)} istek`,
      `hata oranı ${percent(errorRate)}`,
      ...(failing > 0 ? [`${failing} model sık hata verdi`] : []),
      ...(disabled > 0 ? [`${disabled} model kapatıldı`] : []),
    ].join(', ')
  },
  'upkeep-done': ({ partitions, rows }) =>
    `${partitions === 0 ? 'Süresi dolan gün yok' : `${partitions} eski bölüm silindi`}; ${whole.format(rows)} eski satır silindi`,
  'holds-released': ({ holds }) =>
    holds === 0 ? 'Süresi dolan ayırma yok' : `${whole.format(holds)} ayırma geri verildi`,
  'run-before-goes-on': () => 'Bir önceki çalışma henüz bitmemişti',

  'rollout-began': () => 'Başladı',
  'decided-by': ({ by }) => `Kararı veren: ${by}`,
  'candidate-needs-requests': ({ missing }) => `Adayın kolunda ${whole.format(missing)} istek daha gerekiyor`,
  'control-needs-requests': ({ missing }) => `Mevcut modelin kolunda ${whole.format(missing)} istek daha gerekiyor`,
  'stage-lasts': ({ minutes }) => `Aşamanın bitmesine ${lasting(minutes)} var`,
  'not-clear': ({ measures }) =>
    `Adayın yeterince iyi olup olmadığı henüz belli değil: ${measures.map((one) => MEASURES[one]).join(', ')}`,
  'candidate-too-dear': ({ spentUsd }) => `Aday ${usd(spentUsd)} tuttu; bu, izin verilenden fazla`,
  'candidate-worse': ({ measures }) => `Aday daha kötü: ${measures.map(compared).join(', ')}`,
  'arms-compared': ({ measures }) => sentence(measures.map(compared).join(', ')),

  'failed-of': ({ failures, requests }) =>
    `${whole.format(requests)} isteğin ${whole.format(failures)} tanesi başarısız oldu`,
}
