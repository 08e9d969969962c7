/** Number words of languages that have no rules of their own, so that a number said in pieces is not taken for a stutter. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u))

export const NUMBER_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  de: words(`null eins ein eine zwei zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn
    sechzehn siebzehn achtzehn neunzehn zwanzig dreißig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig hundert
    tausend million millionen milliarde milliarden doppel`),
  fr: words(`zéro un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts
    trente quarante cinquante soixante septante huitante octante nonante cent cents mille million millions milliard
    milliards double`),
  es: words(`cero un uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
    diecisiete dieciocho diecinueve veinte veintiuno treinta cuarenta cincuenta sesenta setenta ochenta noventa cien
    ciento doscientos trescientos quinientos mil millón millones doble`),
  it: words(`zero un uno una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici
    sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento mille
    mila milione milioni miliardo miliardi doppio`),
  pt: words(`zero um uma dois duas três quatro cinco seis meia sete oito nove dez onze doze treze catorze quatorze quinze
    dezasseis dezesseis dezassete dezessete dezoito dezanove dezenove vinte trinta quarenta cinquenta sessenta setenta
    oitenta noventa cem cento duzentos trezentos quinhentos mil milhão milhões duplo`),
  nl: words(`nul een één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien
    zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend miljoen
    miljard dubbel`),
  ru: words(`ноль нуль один одна одно два две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать
    тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок
    пятьдесят шестьдесят семьдесят восемьдесят девяносто сто двести триста четыреста пятьсот тысяча тысячи тысяч
    миллион миллиард`),
}
