// Words put into a field while its writer is at it: only the middle that differs is touched, so the cursor stays by its word.
export function putText(field, text) {
  const before = field.value;
  if (before === text) return;
  let start = 0;
  const least = Math.min(before.length, text.length);
  while (start < least && before[start] === text[start]) start += 1;
  let end = 0;
  while (end < least - start && before[before.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  field.setRangeText(text.slice(start, text.length - end), start, before.length - end, "preserve");
}

// As the server keeps it: what differs only so is no difference.
export const kept = (text) => text.trim().normalize("NFC");
