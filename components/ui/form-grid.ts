/** The fields of a form that opens in a panel, in two columns that stay as narrow as they are read however wide the screen is. */
export const FORM_GRID = 'grid gap-x-4 gap-y-3 bg-sunken p-3.5 sm:grid-cols-[repeat(2,minmax(0,32rem))]'
