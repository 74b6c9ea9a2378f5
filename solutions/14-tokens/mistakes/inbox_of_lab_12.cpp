// mistake: everything stays as it is in lab 12, whose solution this is, word for word
// why: it was right, and complete within its bounds; only time did not pass there
// ask: For how long does the inbox have to keep an entry? Who has promised that no duplicate comes
//   later?
// caught by: a payment that is redriven after a month as a dead letter is not booked again
// as: assertion

#include "../../12-inbox/src/payments_handler.cpp"
