import { expect, test } from 'vitest'
import { toFileName } from './save-file.ts'
import { toCsv } from './to-csv.ts'

test('quotes what needs it and leaves the rest', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['x,y', 1],
        ['say "hi"', null],
      ],
    ),
  ).toBe('\uFEFFa,b\r\n"x,y",1\r\n"say ""hi""",\r\n')
})

test('a name that begins like a formula stays text; negative numbers stay numbers', () => {
  expect(toCsv(['m'], [['=1+1'], ['@x'], [-3]])).toBe("\uFEFFm\r\n'=1+1\r\n'@x\r\n-3\r\n")
})

test('file names are made of words in any language', () => {
  expect(toFileName('Hata oranı, 7 gün', 'csv')).toBe('hata-oranı-7-gün.csv')
  expect(toFileName('%%%', 'png')).toBe('chart.png')
})
