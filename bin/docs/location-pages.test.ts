import { expect, it } from 'vitest'
import { parseLocationPages } from './location-pages.ts'

const row = (...cells: string[]) => `| ${cells.join(' | ')} |\n`
const heads = ['Address', 'Zone', 'Local Azure regions', 'ER Direct', 'Service providers']
const locations = [
  row('Location', ...heads),
  row(...Array<string>(6).fill('--')),
  row('**Atlantis**', '[Hall 1](https://hall.example)', '2', 'Sea North<br/>Sea South', '&check;', 'A<br/>B'),
  row('**Lyonesse**', 'Hall 7', '1', '&cross;', '&check;', 'A'),
  '### US Government cloud\n',
  row('**Avalon**', 'Hall 3', '&cross;', '&check;', 'A'),
  '### China\n',
  row('**Penglai**', 'Hall 4', '&cross;', '&check;', 'A'),
].join('')
const metro = [
  row('Metro location', ...heads),
  row('Atlantis Metro', 'Hall 1<br>Hall 2', '2', 'Canda Central', '&check;', 'A<sup>1</sup>'),
  row('Lyonesse Metro', 'Hall 7<br>Hall 8', '3', '&cross;', '&check;', ''),
].join('')

it('reads zones, regions of Local, and what Metro locations span; a zone that two pages differ in is none', () => {
  expect(parseLocationPages(locations, metro)).toEqual({
    public: {
      Atlantis: { zone: 'Zone 2', localRegions: ['Sea North', 'Sea South'] },
      Lyonesse: { zone: 'Zone 1', localRegions: [] },
      'Atlantis Metro': { zone: 'Zone 2', localRegions: ['Canada Central'], spans: ['Atlantis', 'Atlantis2'] },
      'Lyonesse Metro': { zone: null, localRegions: [], spans: ['Lyonesse', 'Lyonesse2'] },
    },
    usGovernment: { Avalon: { zone: 'US Gov Zone 1', localRegions: [] } },
  })
  expect(() => parseLocationPages('404: Not Found', metro)).toThrow(/no locations/)
})
