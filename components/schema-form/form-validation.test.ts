import { expect, it } from 'vitest'
import type { FieldValues, ResolverOptions } from 'react-hook-form'
import { createLazyResolver, type FormValidation } from './form-validation.ts'

const options = { fields: {}, shouldUseNativeValidation: false } as ResolverOptions<FieldValues>
const rules =
  async () =>
  (fields: FieldValues): FormValidation<{ name: string }> =>
    fields.name ? { body: { name: fields.name } } : { faults: { name: 'must not be empty' } }

it('rules that are fetched give the body, or the error of each field', async () => {
  const resolve = createLazyResolver(rules)
  expect(await resolve({ name: 'London' }, undefined, options)).toEqual({ values: { name: 'London' }, errors: {} })
  expect(await resolve({ name: '' }, undefined, options)).toEqual({
    values: {},
    errors: { name: { type: 'invalid', message: 'must not be empty' } },
  })
})

it('rules that can’t be fetched refuse the form as a whole, and are fetched at the next attempt', async () => {
  let attempts = 0
  const resolve = createLazyResolver(async () => {
    attempts += 1
    if (attempts === 1) throw new Error('offline')
    return rules()
  })
  expect((await resolve({ name: 'London' }, undefined, options)).errors.root?.message).toContain('could not be loaded')
  expect((await resolve({ name: 'London' }, undefined, options)).errors).toEqual({})
})
