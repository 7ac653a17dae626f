// A thread, which is not given: the program learns of it in the usual way and goes on.
#include <iostream>
#include <system_error>
#include <thread>

int main() {
  try {
    std::thread([] { std::cout << "in a thread\n"; }).join();
  } catch (const std::system_error &error) {
    std::cout << (error.code() == std::errc::resource_unavailable_try_again) << ' ' << error.what() << '\n';
  }
  std::cout << "goes on\n";
  return 3;
}
