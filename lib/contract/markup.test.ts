import { expect, it } from 'vitest'
import { escapeMarkup } from './markup.ts'

it('leaves no character that ends a text or an attribute', () => {
  expect(escapeMarkup(`a <b c="d" e='f'> & g`)).toBe('a &lt;b c=&quot;d&quot; e=&#39;f&#39;&gt; &amp; g')
})
