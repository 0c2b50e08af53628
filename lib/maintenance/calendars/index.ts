export {
  type CalendarContext,
  CalendarFaultError,
  calendarViews,
  dropCalendar,
  saveAndReadCalendar,
  readCalendarNow,
  refreshCalendars,
  addSenderCalendars,
  UnknownCalendarError,
} from './manage-calendars.ts'
