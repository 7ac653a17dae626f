/* Gravity between five planets, as in the Computer Language Benchmarks Game: divisions and square roots of doubles. */
#include <math.h>

#include "program.h"

enum { BODIES = 5, STEPS = 2000 };

static struct body {
  double position[3], velocity[3], mass;
} bodies[BODIES] = {{{0, 0, 0}, {0, 0, 0}, 39.47841760435743},
                    {{4.84143144246472090, -1.16032004402742839, -0.10362204447112311},
                     {0.60632639299583202, 2.81198684491626016, -0.02521836165988763},
                     0.03769367487038949},
                    {{8.34336671824457987, 4.12479856412430479, -0.40352341711432138},
                     {-1.01077434617879236, 1.82566237123041186, 0.00841576137658415},
                     0.01128632613196877},
                    {{12.8943695621391310, -15.1111514016986312, -0.22330757889265573},
                     {1.08279100644153536, 0.86871301816960822, -0.01083263740136364},
                     0.00172372405705971},
                    {{15.3796971148509165, -25.9193146099879641, 0.17925877295037118},
                     {0.97909073224389796, 0.59469899864767617, -0.03475595551232250},
                     0.00203368686992463}};

static void advance(double step) {
  for (int first = 0; first < BODIES; first++) {
    for (int second = first + 1; second < BODIES; second++) {
      struct body *one = &bodies[first], *other = &bodies[second];
      double delta[3], squared = 0;
      for (int axis = 0; axis < 3; axis++) {
        delta[axis] = one->position[axis] - other->position[axis];
        squared += delta[axis] * delta[axis];
      }
      double magnitude = step / (squared * sqrt(squared));
      for (int axis = 0; axis < 3; axis++) {
        one->velocity[axis] -= delta[axis] * other->mass * magnitude;
        other->velocity[axis] += delta[axis] * one->mass * magnitude;
      }
    }
  }
  for (int index = 0; index < BODIES; index++) {
    for (int axis = 0; axis < 3; axis++) bodies[index].position[axis] += step * bodies[index].velocity[axis];
  }
}

static uint64_t run_program(uint64_t scale) {
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (int step = 0; step < STEPS; step++) advance(0.001);
    for (int index = 0; index < BODIES; index++) hash = mix_double(hash, bodies[index].position[0]);
  }
  return hash;
}
