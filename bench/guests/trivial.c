/* The least that a C program does: the C library's start and end. */
int main(void) { return 0; }
