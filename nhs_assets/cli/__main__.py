"""``python -m nhs_assets.cli`` is ``nhs-assets``."""

from nhs_assets.cli import main

if __name__ == "__main__":
    main()
