/** Whether the API accepts a text as an amount: a decimal number without a sign. */
export const isAmount = (text: string): boolean => /^\d{1,12}(\.\d{1,9})?$/.test(text)
