import { describe, expect, it } from 'vitest'
import { parseStageNames } from './stages.ts'

describe('stages', () => {
  const check = ['format', 'lint', 'types', 'structure', 'words', 'documents', 'lock']

  it.each([
    { words: [], stages: [...check, 'unit', 'db', 'routers', 'build', 'e2e'] },
    { words: ['all'], stages: [...check, 'unit', 'db', 'long', 'routers', 'build', 'e2e', 'e2e-long'] },
    { words: ['db', 'unit'], stages: ['unit', 'db'] },
    // the other stages do not query a package registry
    { words: ['check', 'lint'], stages: [...check, 'ages'] },
  ])('$words are $stages', ({ words, stages }) => {
    expect(parseStageNames(words)).toEqual(stages)
  })

  it('refuses a word that names no stage', () => {
    expect(() => parseStageNames(['units'])).toThrow('there is no stage "units"')
    expect(() => parseStageNames(['constructor'])).toThrow('there is no stage "constructor"')
  })
})
