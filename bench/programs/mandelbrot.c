/* Escape times of the Mandelbrot set: a short floating-point loop with an unpredictable end. */
#include "program.h"

enum { WIDTH = 96, ITERATIONS = 200 };

static uint64_t run_program(uint64_t scale) {
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    double zoom = 1.0 / (double)(1 + round % 8);
    for (int row = 0; row < WIDTH; row++) {
      for (int column = 0; column < WIDTH; column++) {
        double real = -0.745 + (column - WIDTH / 2) * zoom * 3.0 / WIDTH;
        double imaginary = 0.113 + (row - WIDTH / 2) * zoom * 3.0 / WIDTH;
        double x = 0, y = 0;
        unsigned count = 0;
        for (; count < ITERATIONS; count++) {
          double x2 = x * x, y2 = y * y;
          if (x2 + y2 > 4.0) break;
          y = 2.0 * x * y + imaginary;
          x = x2 - y2 + real;
        }
        hash = mix(hash, count);
      }
    }
  }
  return hash;
}
