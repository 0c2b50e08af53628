/** What the API takes for an amount: a decimal number without a sign. */
export const isAmount = (text: string): boolean => /^\d{1,12}(\.\d{1,9})?$/.test(text)

/** An ISO 4217 code, as far as its shape tells. */
export const isCurrency = (text: string): boolean => /^[A-Z]{3}$/.test(text)
