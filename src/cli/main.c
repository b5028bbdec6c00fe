#include <calque.h>

#include <stdio.h>

int main(void)
{
    puts(cq_version());
    return 0;
}
